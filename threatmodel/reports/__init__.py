"""What is handed over: the report's context, its charts, its diagram, its PDF. Pure, no Django."""
