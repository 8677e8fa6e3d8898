package dev.guanlan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guanlan.testing.RecordingProxy;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Is one time that an alert fired, from its beginning to its end.
 *
 * @param labels the alert's
 * @param firedAtMillis when it began to fire, in milliseconds since the epoch
 * @param resolvedAtMillis when it was resolved
 */
record AlertEpisode(Map<String, String> labels, long firedAtMillis, long resolvedAtMillis) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** How long a firing alert that is posted is valid at least: less than four resend delays. */
  private static final long VALID_MILLIS = 3 * 60_000;

  /** Tells whether somebody is to be paged about it; what does not say so may be short. */
  boolean pages() {
    return "page".equals(labels.get("severity"));
  }

  private Map.Entry<Map<String, String>, Long> key() {
    return Map.entry(labels, firedAtMillis);
  }

  /** Asserts that there is one page about each beginning and one about each end, and no other. */
  static void assertPagedOnce(List<AlertEpisode> episodes, List<PageReceiver.Page> pages) {
    List<String> expected = new ArrayList<>();
    for (AlertEpisode episode : episodes) {
      expected.add(page("firing", episode.labels, episode.firedAtMillis));
      expected.add(page("resolved", episode.labels, episode.firedAtMillis));
    }
    List<String> got = new ArrayList<>();
    for (PageReceiver.Page page : pages) {
      if ("page".equals(page.labels().get("severity"))) {
        got.add(page(page.status(), page.labels(), page.startsAtMillis()));
      }
    }
    assertThat(got)
        .as("pages, one a beginning and one an end")
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  /**
   * Returns the pages that say that an alert is over, of those that somebody is to be paged with.
   */
  static List<PageReceiver.Page> ends(List<PageReceiver.Page> pages) {
    return pages.stream()
        .filter(page -> "page".equals(page.labels().get("severity")))
        .filter(page -> page.status().equals("resolved"))
        .toList();
  }

  private static String page(String status, Map<String, String> labels, long startsAt) {
    return status + " " + Instant.ofEpochMilli(startsAt) + " " + labels;
  }

  /**
   * Asserts that Alertmanager was never told what no ruler had decided: every post about an alert
   * is about one of its episodes, a firing one ends well ahead, and a resolved one when the episode
   * did; and none fires again that was resolved.
   */
  static void assertPostedTruly(List<AlertEpisode> episodes, List<RecordingProxy.Request> posts)
      throws IOException {
    Map<Map.Entry<Map<String, String>, Long>, AlertEpisode> byKey = new HashMap<>();
    episodes.forEach(episode -> byKey.put(episode.key(), episode));
    Set<AlertEpisode> fired = new HashSet<>();
    Set<AlertEpisode> ended = new HashSet<>();
    List<String> wrong = new ArrayList<>();
    for (RecordingProxy.Request post : posts) {
      for (JsonNode alert : JSON.readTree(post.body())) {
        long endsAt = Instant.parse(alert.path("endsAt").asText()).toEpochMilli();
        long startsAt = Instant.parse(alert.path("startsAt").asText()).toEpochMilli();
        AlertEpisode episode = byKey.get(Map.entry(PageReceiver.labels(alert), startsAt));
        String said = Instant.ofEpochMilli(post.receivedMillis()) + " " + alert;
        if (episode == null) {
          wrong.add("of no episode: " + said);
        } else if (endsAt > post.receivedMillis()) {
          fired.add(episode);
          if (endsAt < post.receivedMillis() + VALID_MILLIS) {
            wrong.add("ends too soon: " + said);
          }
          if (ended.contains(episode)) {
            wrong.add("fires after it was resolved: " + said);
          }
        } else {
          ended.add(episode);
          if (endsAt != episode.resolvedAtMillis) {
            wrong.add("resolved when it was not: " + said);
          }
        }
      }
    }
    assertThat(wrong).as("posts that no ruler decided").isEmpty();
    assertThat(ended).as("episodes whose end was told").containsAll(episodes);
    assertThat(fired)
        .as("episodes whose beginning was told, of those that page")
        .containsAll(episodes.stream().filter(AlertEpisode::pages).toList());
  }
}
