package dev.guanlan.rules;

import org.jspecify.annotations.Nullable;

/**
 * Says that a rule could not be evaluated at a tick, or not wholly.
 *
 * @param rule the rule's place in its group, from 0
 * @param name the rule's name
 * @param message why
 * @param limited whether the rule was evaluated, and of its alerts or series only the first were
 *     kept, as many as the group's limit says
 * @param cause what went wrong where nothing should, or null
 */
public record RuleFailure(
    int rule, String name, String message, boolean limited, @Nullable Throwable cause) {

  /** Makes a failure that has to be expected. */
  public RuleFailure(int rule, String name, String message, boolean limited) {
    this(rule, name, message, limited, null);
  }
}
