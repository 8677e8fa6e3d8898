package dev.guanlan.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A record's format")
final class RecordFormatTest {

  private final RecordFormat<Entity> format = RecordFormat.of(Entity.class);
  private final Entity entity =
      Entity.newBuilder()
          .setTenant("anonymous")
          .setType("service")
          .setId("shop/cart")
          .setName("cart")
          .setAttributes(Map.of("service.name", "cart"))
          .setVersion(1_700_000_000_000L)
          .build();

  @Test
  @DisplayName("gives back what was written")
  void roundTrip() throws IOException {
    assertThat(format.decode(format.encode(entity))).isEqualTo(entity);
  }

  @Test
  @DisplayName("begins with the marker and the schema's fingerprint")
  void singleObjectEncoding() {
    assertThat(format.encode(entity)).startsWith(0xC3, 0x01);
  }

  @Test
  @DisplayName("refuses bytes that are cut, at any place")
  void cutBytes() {
    byte[] whole = format.encode(entity);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> format.decode(cut)).isInstanceOf(IOException.class);
    }
  }

  @Test
  @DisplayName("refuses the record of another schema, saying what it wanted")
  void otherSchema() {
    byte[] relation =
        RecordFormat.of(Relation.class)
            .encode(
                Relation.newBuilder()
                    .setType("calls")
                    .setId("a->b")
                    .setFrom("service/a")
                    .setTo("service/b")
                    .setVersion(1)
                    .build());

    assertThatThrownBy(() -> format.decode(relation))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no Entity");
  }
}
