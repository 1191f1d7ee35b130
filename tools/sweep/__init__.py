"""`make sweep`: what each threshold of the decision costs, on a labelled file."""
