package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.MatcherType;
import dev.guanlan.promql.SelectedWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;

@Label("The index of selectors")
class SelectorIndexTest {

  private static final List<String> NAMES = List.of(Labels.METRIC_NAME, "job", "instance");
  private static final List<String> VALUES = List.of("", "a", "b", "c");
  private static final List<String> PATTERNS = List.of("a|b", ".+", ".*", "c?");

  private static <T> T any(List<T> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }

  private static SelectedWindow window(Random random) {
    List<Matcher> matchers = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      MatcherType type = any(List.of(MatcherType.EQUAL, any(matcherTypes(), random)), random);
      boolean regex = type == MatcherType.REGEX || type == MatcherType.NOT_REGEX;
      matchers.add(new Matcher(any(NAMES, random), type, any(regex ? PATTERNS : VALUES, random)));
    }
    return new SelectedWindow(matchers, random.nextInt(3), 0);
  }

  private static List<MatcherType> matcherTypes() {
    return List.of(MatcherType.values());
  }

  private static Labels series(Random random) {
    Labels labels = Labels.EMPTY;
    for (String name : NAMES) {
      String value = any(VALUES, random);
      labels = value.isEmpty() ? labels : labels.with(name, value);
    }
    return labels;
  }

  private static Set<String> matching(Map<String, List<SelectedWindow>> groups, Labels series) {
    Set<String> matching = new TreeSet<>();
    groups.forEach(
        (group, windows) -> {
          if (windows.stream().anyMatch(each -> Matcher.allMatch(each.matchers(), series))) {
            matching.add(group);
          }
        });
    return matching;
  }

  @Property(tries = 100)
  @Label("finds what going through all selectors finds, however groups come, change and go")
  void findsWhatAllAre(@ForAll long seed) {
    Random random = new Random(seed);
    SelectorIndex index = new SelectorIndex();
    Map<String, List<SelectedWindow>> groups = new TreeMap<>();
    for (int i = 0; i < 200; i++) {
      String group = "g" + random.nextInt(20);
      List<SelectedWindow> known = groups.remove(group);
      if (known != null) {
        index.remove(group, known);
      }
      if (random.nextInt(4) > 0) {
        List<SelectedWindow> windows = new ArrayList<>();
        for (int w = random.nextInt(4); w > 0; w--) {
          windows.add(window(random));
        }
        groups.put(group, windows);
        index.add(group, windows);
      }
      for (int s = 0; s < 5; s++) {
        Labels series = series(random);
        assertThat(index.match(series))
            .containsExactlyInAnyOrderElementsOf(matching(groups, series));
      }
    }
    groups.forEach(index::remove);
    assertThat(index.isEmpty()).isTrue();
  }
}
