"""The only writers. Verbs by noun: each takes rows that gate handed out and the person who acts."""
