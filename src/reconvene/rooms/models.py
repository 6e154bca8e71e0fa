"""placeholder until rooms land"""
