package dev.guanlan.rules;

/**
 * Says that a rule could not be evaluated at a tick.
 *
 * @param rule the rule's place in its group, from 0
 * @param name the rule's name
 * @param message why
 */
public record RuleFailure(int rule, String name, String message) {}
