package dev.guanlan.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class LabelsTest {

  @Property
  void holdWhatTheyWereMadeOfExceptEmptyValues(@ForAll Map<String, String> pairs) {
    Labels labels = Labels.of(pairs);
    pairs.forEach((name, value) -> assertThat(labels.getOrEmpty(name)).isEqualTo(value));
    pairs.values().removeIf(String::isEmpty);
    assertThat(labels.toMap()).isEqualTo(pairs);
    for (int i = 1; i < labels.size(); i++) {
      assertThat(labels.name(i - 1)).isLessThan(labels.name(i));
    }
  }

  @Test
  void areTheSameInAnyOrderOfWriting() {
    Labels sorted = Labels.of("a", "1", "b", "2");
    assertThat(Labels.of("b", "2", "a", "1")).isEqualTo(sorted).hasSameHashCodeAs(sorted);
    assertThat(Labels.of("b", "2", "a", "1", "c", "")).isEqualTo(sorted);
  }

  @Test
  void refuseANameThatOccursTwiceOrHasNoValue() {
    assertThatThrownBy(() -> Labels.of("a", "1", "a", "2"))
        .hasMessage("the label \"a\" occurs twice");
    assertThatThrownBy(() -> Labels.of("a", "1", "b"))
        .hasMessage("the label name \"b\" has no value");
  }

  @Test
  void areChangedByCopy() {
    Labels labels = Labels.of("a", "1", "b", "2");
    assertThat(labels.with("b", "")).isEqualTo(Labels.of("a", "1"));
    assertThat(labels.with("c", "3").without("a", "b")).isEqualTo(Labels.of("c", "3"));
    assertThat(labels.without("x")).isSameAs(labels);
  }

  @Property
  void areChangedAsTheirMapsAre(
      @ForAll Map<@StringLength(max = 2) String, @StringLength(max = 1) String> pairs,
      @ForAll @StringLength(max = 2) String name,
      @ForAll @StringLength(max = 1) String value) {
    Labels labels = Labels.of(pairs);
    Map<String, String> with = labels.toMap();
    with.put(name, value);
    assertThat(labels.with(name, value)).isEqualTo(Labels.of(with));
    Map<String, String> without = labels.toMap();
    without.remove(name);
    assertThat(labels.without(name)).isEqualTo(Labels.of(without));
    assertThat(labels.filtered(other -> !other.equals(name))).isEqualTo(Labels.of(without));
  }

  @Test
  void areTheSameObjectIfAllAreWanted() {
    Labels labels = Labels.of("a", "1", "b", "2");
    assertThat(labels.filtered(name -> true)).isSameAs(labels);
    assertThat(labels.filtered(name -> false)).isSameAs(Labels.EMPTY);
  }

  @Test
  void printAsPromqlWritesThem() {
    assertThat(Labels.of("a", "x\"y\\z\n")).hasToString("{a=\"x\\\"y\\\\z\\n\"}");
    assertThat(Labels.EMPTY).hasToString("{}");
  }
}
