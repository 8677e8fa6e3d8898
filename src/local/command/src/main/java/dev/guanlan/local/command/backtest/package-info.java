/** What rules would have done: episodes of alerts, and how those of two rule files differ. */
@NullMarked
package dev.guanlan.local.command.backtest;

import org.jspecify.annotations.NullMarked;
