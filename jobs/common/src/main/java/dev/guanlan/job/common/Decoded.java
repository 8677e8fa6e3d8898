package dev.guanlan.job.common;

import dev.guanlan.schema.DeadLetter;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.jspecify.annotations.Nullable;

/**
 * Is what a raw record became: a block, a dead letter if it could not be decoded, or both if
 * entries were left out.
 *
 * @param block what it decoded to; null if to nothing
 * @param deadLetter what is wrong with it; null if nothing is
 * @param timestampMillis event time of the block, in milliseconds since the epoch; {@link
 *     Long#MIN_VALUE} if it has none
 * @param <B> what raw records decode to
 */
record Decoded<B>(@Nullable B block, @Nullable DeadLetter deadLetter, long timestampMillis) {

  static <B> Decoded<B> of(B block, long timestampMillis) {
    return new Decoded<>(block, null, timestampMillis);
  }

  static <B> Decoded<B> part(B block, DeadLetter letter, long timestampMillis) {
    return new Decoded<>(block, letter, timestampMillis);
  }

  static <B> Decoded<B> dead(DeadLetter letter) {
    return new Decoded<>(null, letter, Long.MIN_VALUE);
  }

  @SuppressWarnings("unchecked") // A class object knows no type arguments.
  static <B> TypeInformation<Decoded<B>> typeOf(TypeInformation<B> blockType) {
    return VersionedType.of(
        (Class<Decoded<B>>) (Class<?>) Decoded.class,
        new DecodedSerializer<>(
            blockType.createSerializer(new SerializerConfigImpl()),
            SchemaTypes.of(DeadLetter.class).createSerializer(new SerializerConfigImpl())));
  }
}
