package dev.guanlan.local.command;

import dev.guanlan.local.command.look.GraphSize;
import dev.guanlan.local.command.look.JobLook.JobStatus;
import dev.guanlan.local.command.look.StoredRows.Stored;
import dev.guanlan.local.command.run.PartStatus;
import dev.guanlan.local.command.run.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Gathers all that {@code status} knows, ready to be shown or written as JSON.
 *
 * @param run who supervises
 * @param snapshotAgeMillis how old the account of the parts is, milliseconds
 * @param parts how each part is
 * @param jobs how each job is
 * @param lag records not yet committed, by group and topic
 * @param tables what each ClickHouse table holds
 * @param graph what the graph holds
 * @param troubles what could not be asked, and why
 */
record PlatformStatus(
    RunRecord run,
    long snapshotAgeMillis,
    List<PartStatus> parts,
    List<JobStatus> jobs,
    NavigableMap<String, NavigableMap<String, Long>> lag,
    NavigableMap<String, Stored> tables,
    GraphSize.Size graph,
    Map<String, String> troubles) {

  /** The jobs that a whole platform has. */
  static final List<String> JOBS = List.of("alerting", "ingest", "topology");

  private static final long STALE_MILLIS = 30_000;

  /** Returns what is not as it should be, in words; empty when all is well. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (snapshotAgeMillis > STALE_MILLIS) {
      problems.add("the supervisor (process " + run.pid() + ") has not looked at its parts lately");
    }
    for (PartStatus part : parts) {
      if (!part.up()) {
        problems.add(part.name() + " is " + part.state().toLowerCase(Locale.ROOT));
      }
    }
    for (String name : JOBS) {
      List<JobStatus> named = jobs.stream().filter(job -> isJob(job, name)).toList();
      if (named.isEmpty()) {
        problems.add("the job " + name + " is not there");
      } else if (named.stream().noneMatch(JobStatus::running)) {
        problems.add("the job " + name + " is " + named.get(0).state());
      }
    }
    problems.addAll(troubles.values());
    return problems;
  }

  private static boolean isJob(JobStatus job, String name) {
    return job.name().endsWith(name);
  }
}
