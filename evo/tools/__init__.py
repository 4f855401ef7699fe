"""What is done beside a run: a problem checked, a file evaluated, an instance solved, a rule exported."""
