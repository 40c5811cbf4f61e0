"""Documents for those who take over after the decision, pure: made from decided facts."""
