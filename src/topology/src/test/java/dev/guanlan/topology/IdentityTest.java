package dev.guanlan.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.model.Labels;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

class IdentityTest {

  @Test
  void partsThatHoldTheSeparatorAreNotTakenForTwo() {
    assertThat(Identity.entity(EntityType.SERVICE, "shop", "cart")).isEqualTo("service:shop/cart");
    assertThat(Identity.entity(EntityType.SERVICE, "shop/cart")).isEqualTo("service:shop%2Fcart");
    assertThat(Identity.entity(EntityType.SERVICE, "a|b%")).isEqualTo("service:a%7Cb%25");
  }

  @Test
  void longPartsAreCutAndStayDifferent() {
    String a = Identity.entity(EntityType.HOST, "x".repeat(5000) + "a");
    String b = Identity.entity(EntityType.HOST, "x".repeat(5000) + "b");

    assertThat(a).hasSize(Identity.MAX_PART + "host:".length()).isNotEqualTo(b);
  }

  @Property
  void aTombstoneIsMadeOfTheKeyAlone(
      @ForAll @NotEmpty String tenant, @ForAll @NotEmpty String one, @ForAll String two) {
    if (tenant.length() > Identity.MAX_PART) {
      return;
    }
    String from = Identity.entity(EntityType.SERVICE, one);
    String to = Identity.entity(EntityType.SERVICE, two, one);
    Entity entity = new Entity(tenant, EntityType.SERVICE, from, one, Labels.EMPTY, 5, false);
    Relation relation = Relation.of(tenant, RelationType.CALLS, from, to, Labels.EMPTY, 5);

    assertThat(Identity.tombstone(entity.key(), 7)).isEqualTo(entity.tombstone(7));
    assertThat(Identity.tombstone(relation.key(), 7)).isEqualTo(relation.tombstone(7));
  }

  @Test
  void aForeignKeyIsRefusedWithWhatToDo() {
    assertThatThrownBy(() -> Identity.tombstone("x/y", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"x/y\"")
        .hasMessageContaining("remove the record");
  }
}
