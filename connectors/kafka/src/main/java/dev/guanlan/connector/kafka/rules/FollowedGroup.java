package dev.guanlan.connector.kafka.rules;

import dev.guanlan.rules.RuleGroup;
import dev.guanlan.schema.RuleGroupStatus;
import dev.guanlan.schema.RuleStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Is a rule group that is published, and what it came to.
 *
 * @param group the group
 * @param publishedAtMillis when this version of it was published, in milliseconds since the epoch
 * @param queries the expressions of its rules as the language's printer writes them, in their order
 * @param status what it came to, the first part of it; null if that is not known
 * @param rules what each of its rules came to, in their order; null for one of which it is not
 *     known
 */
public record FollowedGroup(
    RuleGroup group,
    long publishedAtMillis,
    List<String> queries,
    @Nullable RuleGroupStatus status,
    List<@Nullable RuleStatus> rules) {}
