package dev.guanlan.job.topology.state;

import dev.guanlan.topology.CallSide;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Is the state of one call whose halves may still come.
 *
 * @param caller the half of who called; null if it did not come yet
 * @param called the halves of who answered that came before the caller's
 * @param answered whether anybody answered
 */
public record OpenCall(@Nullable CallSide caller, List<CallSide> called, boolean answered) {}
