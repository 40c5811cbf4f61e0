"""The certificate's rules, pure: a rule set from a file, a portfolio, and what is still missing, in words."""
