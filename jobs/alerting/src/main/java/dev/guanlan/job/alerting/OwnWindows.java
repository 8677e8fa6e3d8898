package dev.guanlan.job.alerting;

import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.RuleException;
import dev.guanlan.schema.RuleGroup;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says what a group that is evaluated in shards looks at in windows of its own.
 *
 * @param rules the version that is evaluated
 * @param next the version that is to take over, or null if none is
 * @param nextInShards whether that will be evaluated in shards, too
 * @param now what is looked at by local selectors
 * @param then what the next version will look at there: all of it if in one task; null if there is
 *     none, or it cannot be evaluated
 * @param all both
 */
record OwnWindows(
    RuleGroup rules,
    @Nullable RuleGroup next,
    boolean nextInShards,
    CompiledGroup now,
    @Nullable CompiledGroup then,
    CompiledGroup all) {

  /** Finds out what is looked at, for versions of which the first can be parted. */
  static OwnWindows of(
      AlertingSettings settings,
      RuleGroup rules,
      CompiledGroup now,
      @Nullable RuleGroup next,
      boolean nextInShards) {
    CompiledGroup then = null;
    if (next != null) {
      try {
        then = then(settings, next, nextInShards);
      } catch (RuleException e) {
        // Who asks for it is told; the last version goes on.
        then = null;
      }
    }
    CompiledGroup all = then == null ? now : now.lookingAlsoAt(then);
    return new OwnWindows(rules, next, nextInShards, now, then, all);
  }

  /** Returns what a version looks at in windows of its own. */
  static CompiledGroup then(AlertingSettings settings, RuleGroup next, boolean inShards)
      throws RuleException {
    CompiledGroup whole = settings.compiled(next);
    return inShards ? settings.decomposed(next).map(parts -> parts.rest()).orElse(whole) : whole;
  }

  boolean isOf(RuleGroup version, @Nullable RuleGroup following, boolean inShards) {
    return nextInShards == inShards && version.equals(rules) && Objects.equals(following, next);
  }

  /** Tells whether the next version will look at nothing that the one before does not. */
  boolean holdNext() {
    CompiledGroup following = then;
    return following != null && (following.windows().isEmpty() || following.looksWithin(now));
  }
}
