/**
 * Reads rule files, evaluates rule groups tick by tick and decides which alerts are pending, firing
 * and resolved.
 *
 * <p>Everything here is a pure function of its arguments: no clock, no thread, no storage. Rule
 * files, evaluation order and the life of an alert are those of Prometheus 3 ({@code
 * model/rulefmt}, {@code rules/group.go}, {@code rules/alerting.go}).
 */
@NullMarked
package dev.guanlan.rules;

import org.jspecify.annotations.NullMarked;
