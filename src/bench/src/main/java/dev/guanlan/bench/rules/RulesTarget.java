package dev.guanlan.bench.rules;

import dev.guanlan.bench.process.Reading;
import dev.guanlan.bench.send.Sender;
import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.PartException;
import java.io.IOException;
import java.util.List;

/**
 * Is a system that evaluates rules over what it is fed. It starts empty, in a folder of its own.
 * For one thread.
 */
interface RulesTarget extends AutoCloseable {

  /**
   * Is how far it had come at a moment.
   *
   * @param reading what its processes had used
   * @param evaluations how often it had evaluated a group, all groups together
   * @param missed how many evaluations it had left out
   */
  record Progress(Reading reading, long evaluations, long missed) {}

  /** Returns what it is called in the table. */
  String name();

  /** Starts it with rules, up to where it takes samples. */
  void start(GeneratedRules rules) throws PartException, IOException, InterruptedException;

  /** Opens the way by which it takes samples. */
  Sender sender();

  /** Is told that it was sent the past, and the present from now on. */
  void begin() throws PartException, IOException, InterruptedException;

  /** Returns the processes whose CPU time counts. */
  List<Part> processes();

  /** Returns the process, of these, that is no part of evaluating; it is shown apart. */
  List<Part> apart();

  /**
   * Returns once every tick up to a time that has passed is evaluated, and tells how far it has
   * come then.
   *
   * @throws IOException if that does not come about
   */
  Progress awaitEvaluated(long timeMillis) throws IOException, InterruptedException;

  /** Returns which alerts fire by what was evaluated up to a time. */
  Firing firing(long timeMillis) throws IOException, InterruptedException;

  /** Takes all rules away; it goes on taking samples. */
  void dropRules() throws IOException, InterruptedException;

  /** Returns what else is worth saying of the run, a sentence each. */
  List<String> remarks() throws IOException, InterruptedException;

  @Override
  void close();
}
