package dev.guanlan.codec.remotewrite;

import static dev.guanlan.codec.remotewrite.WriteRequests.label;
import static dev.guanlan.codec.remotewrite.WriteRequests.request;
import static dev.guanlan.codec.remotewrite.WriteRequests.sample;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.RawRecords;
import dev.guanlan.codec.series.SeriesMemory;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A series that is expected after another")
final class ExpectedSeriesTest {

  private static final int POOL = 600;

  /** Each third series has the labels of the two before it, and further ones behind them. */
  private static Labels labels(int number) {
    Labels labels = Labels.of("__name__", "m" + number / 3);
    for (int i = 0; i < number % 3; i++) {
      labels = labels.with("l" + i, "v".repeat(1 + number % 5));
    }
    return labels;
  }

  /** A sample of each of the series, whose value is its number. */
  private static byte[] payload(List<Integer> numbers) {
    WriteRequests.Fields[] series = new WriteRequests.Fields[numbers.size()];
    for (int i = 0; i < series.length; i++) {
      int number = numbers.get(i);
      series[i] =
          out -> {
            Labels labels = labels(number);
            boolean torn = number % 97 == 3;
            for (int l = 0; l < labels.size(); l++) {
              if (torn && l == labels.size() - 1) {
                sample(out, number, 1);
              }
              label(out, labels.name(l), labels.value(l));
            }
            if (!torn) {
              sample(out, number, 1);
            }
          };
    }
    return request(series);
  }

  private static void decodes(RemoteWriteDecoder decoder, List<Integer> numbers)
      throws MalformedPayloadException {
    SampleBlock block = decoder.decode(RawRecords.remoteWrite(payload(numbers)));
    assertThat(block.seriesCount()).isEqualTo(numbers.size());
    for (int i = 0; i < numbers.size(); i++) {
      Labels labels = labels(numbers.get(i));
      assertThat(block.labels(i)).isEqualTo(labels);
      assertThat(block.id(i)).isEqualTo(SeriesId.of("team-a", labels));
      assertThat(block.value(block.firstSample(i))).isEqualTo(numbers.get(i).doubleValue());
    }
  }

  /** What a sender tells again and again, with some left out, repeated or in another place. */
  private static List<Integer> told(Random random) {
    List<Integer> numbers = new ArrayList<>();
    int from = random.nextInt(POOL);
    int count = random.nextInt(120);
    for (int i = 0; i < count; i++) {
      int chance = random.nextInt(40);
      if (chance > 1) {
        numbers.add((from + i) % POOL);
      }
      if (chance == 1 || chance == 2) {
        numbers.add(random.nextInt(POOL));
      }
    }
    if (random.nextInt(10) == 0) {
      Collections.shuffle(numbers, random);
    }
    return numbers;
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 250, 5_000})
  @DisplayName("is told from others that come in its stead, however many are remembered")
  void others(int remembered) throws Exception {
    RemoteWriteDecoder decoder = new RemoteWriteDecoder(DecoderLimits.DEFAULTS, remembered);
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      decodes(decoder, told(random));
    }
  }

  @Test
  @DisplayName("is told from one whose labels begin with its own")
  void longer() throws Exception {
    RemoteWriteDecoder decoder = new RemoteWriteDecoder(DecoderLimits.DEFAULTS);
    List<Integer> shorter = List.of(30, 31, 33);
    for (List<Integer> numbers : List.of(shorter, shorter, List.of(30, 32, 33), shorter)) {
      decodes(decoder, numbers);
    }
  }

  @Test
  @DisplayName("is told from others by threads that share what they remember")
  void threads() throws Exception {
    SeriesMemory shared = new SeriesMemory(450);
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try {
      List<Callable<Boolean>> senders = new ArrayList<>();
      for (int thread = 0; thread < 3; thread++) {
        Random random = new Random(thread);
        RemoteWriteDecoder decoder =
            new RemoteWriteDecoder(DecoderLimits.DEFAULTS, SeriesMemory.beside(shared));
        senders.add(
            () -> {
              for (int i = 0; i < 500; i++) {
                decodes(decoder, told(random));
              }
              return true;
            });
      }
      for (Future<Boolean> sender : pool.invokeAll(senders)) {
        assertThat(sender.get()).isTrue();
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
