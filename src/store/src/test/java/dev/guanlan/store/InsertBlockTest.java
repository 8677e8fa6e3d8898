package dev.guanlan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A block of rows")
final class InsertBlockTest {

  @Property(tries = 200)
  void anyPartOfABlockIsWhatItsBufferHasThere(
      @ForAll @IntRange(min = 1, max = 300) int rows,
      @ForAll @IntRange(min = 0, max = 10_000) int first,
      @ForAll @IntRange(min = 0, max = 10_000) int second) {
    for (InsertBuffer buffer : List.of(texts(rows), numbers(rows))) {
      int cut = first % rows;
      InsertBlock block = buffer.block(cut, rows);
      int from = second % block.rows();
      int end = from + 1 + (first % (block.rows() - from));
      assertThat(block.rows()).isEqualTo(rows - cut);
      assertThat(block.body(0, rows - cut).toBytes()).isEqualTo(buffer.payload(cut, rows));
      byte[] part = buffer.payload(cut + from, cut + end);
      InsertBody body = block.body(from, end);
      assertThat(body.length()).isEqualTo(part.length);
      assertThat(body.toBytes()).isEqualTo(part);
      buffer.clear();
      assertThat(body.toBytes()).as("it does not change with its buffer").isEqualTo(part);
    }
  }

  @Test
  @DisplayName("is refused when its rows and its bytes are not of one buffer")
  void mismatch() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new InsertBlock.Rows(new byte[5], new int[] {2, 4}))
        .withMessageContaining("of the same buffer");
    ColumnBuffer numbers = numbers(3);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new InsertBlock.Columns(numbers.block(0, 3).held(), 3, new int[] {8})
                    .body(0, 1)
                    .length())
        .withMessageContaining("of the same buffer");
  }

  private static RowBuffer texts(int rows) {
    RowBuffer buffer = new RowBuffer(64);
    for (int row = 0; row < rows; row++) {
      buffer.string("x".repeat(row));
      buffer.int32(row);
      buffer.endRow();
    }
    return buffer;
  }

  private static ColumnBuffer numbers(int rows) {
    ColumnBuffer buffer =
        new ColumnBuffer(
            List.of(
                new ColumnBuffer.Column("id", "UInt128", 16),
                new ColumnBuffer.Column("a column with a long name ".repeat(9), "Date", 2),
                new ColumnBuffer.Column("kind", "UInt8", 1)));
    for (int row = 0; row < rows; row++) {
      buffer.int128(0, row, ~row);
      buffer.int16(1, row);
      buffer.int8(2, row);
      buffer.endRow();
    }
    return buffer;
  }
}
