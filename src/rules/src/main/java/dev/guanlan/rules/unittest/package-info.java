/**
 * Runs unit tests of rules, written as promtool of Prometheus reads them: input series, what alerts
 * fire and what expressions give at certain times ({@code cmd/promtool/unittest.go}). The verdict
 * is promtool's; what is told about a failure is more.
 */
@NullMarked
package dev.guanlan.rules.unittest;

import org.jspecify.annotations.NullMarked;
