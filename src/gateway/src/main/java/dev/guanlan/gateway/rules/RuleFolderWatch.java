package dev.guanlan.gateway.rules;

import com.linecorp.armeria.common.util.Exceptions;
import dev.guanlan.connector.kafka.rules.PublishedGroup;
import dev.guanlan.connector.kafka.rules.RuleChanges;
import dev.guanlan.gateway.push.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a tenant's rules on Kafka as the files of a folder have them; a file is a namespace.
 *
 * <p>A change is published once, when the folder is the same at two looks, so that no half of it
 * is. It is not published again because Kafka says something else: while a new version spreads over
 * the mounted folders of several gateways, those that have it late change nothing back. A file that
 * is wrong changes nothing: what it said last stays on Kafka.
 */
public final class RuleFolderWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RuleFolderWatch.class);

  private final RuleFolder folder;
  private final RuleDesk desk;
  private final CountDownLatch closed = new CountDownLatch(1);
  private @Nullable RuleFolderFiles seen; // These are of the watching thread only.
  private @Nullable RuleFolderFiles taken;
  private @Nullable RuleFolderRules unpublished;
  private boolean complained;
  private volatile Set<String> namespaces = Set.of();
  private volatile int brokenFiles;
  private volatile boolean behind = true;

  private RuleFolderWatch(RuleFolder folder, RuleDesk desk) {
    this.folder = folder;
    this.desk = desk;
  }

  /**
   * Begins to watch a folder, which need not be there yet.
   *
   * @param every how often to look
   */
  public static RuleFolderWatch start(RuleFolder folder, RuleDesk desk, Duration every) {
    RuleFolderWatch watch = new RuleFolderWatch(folder, desk);
    Thread thread = new Thread(() -> watch.lookAgainAndAgain(every), "watch--rules-folder");
    thread.setDaemon(true);
    thread.start();
    return watch;
  }

  /** Returns the folder. */
  public RuleFolder folder() {
    return folder;
  }

  /** Returns how many of its files are wrong. */
  public int brokenFiles() {
    return brokenFiles;
  }

  /** Returns whether Kafka is still to be told what the folder says, or it cannot be read. */
  public boolean behind() {
    return behind;
  }

  /** Returns whether a tenant's namespace is one of the files. */
  boolean holds(String tenant, String namespace) {
    return folder.tenant().equals(tenant) && namespaces.contains(namespace);
  }

  private void lookAgainAndAgain(Duration every) {
    try {
      do {
        look();
      } while (!closed.await(every.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      RuleFolderFiles now = RuleFolderFiles.read(folder.folder());
      RuleFolderFiles before = seen;
      seen = now;
      if (before == null || !before.sameAs(now)) {
        return;
      }
      if (taken == null || !taken.sameAs(now)) {
        RuleFolderFiles last = taken;
        behind = true;
        unpublished = parse(now, last);
        taken = now;
      }
      RuleFolderRules rules = unpublished;
      if (rules != null) {
        publish(rules);
        unpublished = null;
      }
      behind = false;
      complained = false;
    } catch (IOException e) {
      seen = null;
      behind = true;
      complain("cannot be read (" + e + "), and the rules stay as they are");
    } catch (CompletionException e) {
      Throwable cause = Exceptions.peel(e);
      if (!(cause instanceof Refusal) && !complained) {
        LOG.error("--rules-folder {}: a fault of the gateway's own", folder.folder(), cause);
      }
      complain("cannot be published, and will be tried again: " + cause.getMessage());
    } catch (RuntimeException e) {
      behind = true;
      if (!complained) {
        LOG.error("--rules-folder {}: a fault of the gateway's own", folder.folder(), e);
      }
      complained = true;
    }
  }

  /** Says what fails once, not at every look. */
  private void complain(String what) {
    if (!complained) {
      LOG.warn("--rules-folder {} {}", folder.folder(), what);
    }
    complained = true;
  }

  private RuleFolderRules parse(RuleFolderFiles files, @Nullable RuleFolderFiles before) {
    RuleFolderRules rules = RuleFolderRules.of(files, before, folder.tenant());
    rules
        .wrong()
        .forEach(
            (name, why) -> {
              if (before == null || !files.sameAs(before, name)) {
                LOG.warn(
                    "--rules-folder {}: the file {} is wrong, and what it said before stays in force: {}",
                    folder.folder(),
                    name,
                    why);
              }
            });
    rules
        .warnings()
        .forEach(warning -> LOG.warn("--rules-folder {}: {}", folder.folder(), warning));
    namespaces = Set.copyOf(files.contents().keySet());
    brokenFiles = rules.wrong().size();
    return rules;
  }

  private void publish(RuleFolderRules rules) {
    String source = folder.source();
    RuleChanges changes =
        desk.inTurn(
                () ->
                    desk.change(
                        folder.tenant(),
                        present -> {
                          List<PublishedGroup> wanted = new ArrayList<>(present);
                          wanted.removeIf(
                              old -> {
                                String namespace = old.group().namespace();
                                return rules.right().contains(namespace)
                                    || (old.source().equals(source)
                                        && !rules.wrong().containsKey(namespace));
                              });
                          rules
                              .groups()
                              .forEach(group -> wanted.add(new PublishedGroup(group, source)));
                          return wanted;
                        }))
            .join();
    LOG.info(
        "--rules-folder {}: {} groups of {} added, {} changed, {} deleted, {} as they were",
        folder.folder(),
        changes.added().size(),
        folder.tenant(),
        changes.changed().size(),
        changes.deleted().size(),
        changes.unchanged().size());
  }

  /** Stops watching. The rules stay. */
  @Override
  public void close() {
    closed.countDown();
  }
}
