@NullMarked
package dev.guanlan.local.command.backtest;

import org.jspecify.annotations.NullMarked;
