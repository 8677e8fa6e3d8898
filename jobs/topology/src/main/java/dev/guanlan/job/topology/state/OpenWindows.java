package dev.guanlan.job.topology.state;

import dev.guanlan.topology.Call;
import dev.guanlan.topology.CallStatistics;
import java.util.SortedMap;

/**
 * Is the state of the calls from one service to another.
 *
 * @param latest the latest call, which tells between whom
 * @param windows the statistics of each window that is still open, by its end in milliseconds since
 *     the epoch
 */
public record OpenWindows(Call latest, SortedMap<Long, CallStatistics> windows) {}
