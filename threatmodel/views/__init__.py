"""Pages: server-rendered, thin; rows come from gate, writes go to services."""
