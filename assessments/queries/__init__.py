"""Reading what judging needs: a constant number of queries for any number of rows."""
