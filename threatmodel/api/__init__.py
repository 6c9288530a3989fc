"""REST: read the request, ask gate for the row, call a service, answer. No decisions here."""
