"""Every write: first who may, then other refusals, then one transaction.

A function that takes an `actor` is what people do; the others belong to the machine itself (jobs, uploads' bytes,
sign-in) and say so.
"""
