"""What is stored, the rules of the certificate, who may do what, and how work moves."""
