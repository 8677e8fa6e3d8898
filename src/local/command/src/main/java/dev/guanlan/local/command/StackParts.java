package dev.guanlan.local.command;

import dev.guanlan.local.command.run.Place;
import dev.guanlan.local.stack.JobOption;
import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.Platform;
import dev.guanlan.local.stack.Site;
import dev.guanlan.local.stack.fetch.Cache;
import dev.guanlan.rules.RuleGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Lists what a whole platform starts, in order: the parts, and the rules before the jobs. */
final class StackParts {

  /** Telemetry topics of a machine's stack: more than its cores, so that work spreads. */
  private static final int PARTITIONS = 4;

  private static final String JOBS = "jobs";

  private StackParts() {}

  static List<Part> of(
      Place place, List<RuleGroup> rules, List<JobOption> jobOptions, Consumer<String> notice)
      throws IOException {
    Site site = new Site(place.root(), place.data(), Cache.ofUser(), notice);
    List<Part> parts = new ArrayList<>();
    for (Part part : Platform.parts(site, place.ports(), PARTITIONS, jobOptions)) {
      if (part.name().equals(JOBS)) {
        parts.add(new RulesPart(rules, place.data(), "127.0.0.1:" + place.ports().kafka()));
      }
      parts.add(part);
    }
    return parts;
  }
}
