package dev.guanlan.gateway.limits;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.guanlan.gateway.push.Inspection;
import dev.guanlan.gateway.push.PushLimits;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.model.Flow;
import dev.guanlan.model.FlowBlock;
import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.LogEntry;
import dev.guanlan.model.Origin;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tries the limits that hold for log entries, spans and flows. */
class SignalLimitsTest {

  private static final long NOW = 1_700_000_000_000L;
  private static final Labels SHOP = Labels.of("service.name", "shop");

  /** Sends so many of one signal, of one resource and time. */
  private enum Signal {
    LOG_ENTRIES("log entries", "a log entry of \"{service.name=") {
      @Override
      void inspect(Inspection by, Labels resource, long nanos, int count) throws Refusal {
        LogEntry entry = new LogEntry(nanos, 0, 0, "", "hello", Labels.EMPTY, "", "");
        List<LogEntry> entries = Collections.nCopies(count, entry);
        List<LogBlock.ResourceLogs> groups =
            List.of(new LogBlock.ResourceLogs(resource, "", entries));
        by.logs(new LogBlock("shop", Origin.NONE, groups));
      }
    },
    SPANS("spans", "a span of \"{service.name=") {
      @Override
      void inspect(Inspection by, Labels resource, long nanos, int count) throws Refusal {
        Span span =
            new Span(
                "0af7651916cd43dd8448eb211c80319c",
                "b7ad6b7169203331",
                "",
                "GET /",
                Span.Kind.SERVER,
                nanos,
                nanos,
                Span.Status.UNSET,
                "",
                Labels.EMPTY,
                List.of(),
                List.of());
        List<SpanBlock.ResourceSpans> groups =
            List.of(new SpanBlock.ResourceSpans(resource, "", Collections.nCopies(count, span)));
        by.spans(new SpanBlock("shop", Origin.NONE, groups));
      }
    },
    FLOWS("flows", "a flow from \"10.0.0.1 to 10.0.0.2\"") {
      @Override
      void inspect(Inspection by, Labels resource, long nanos, int count) throws Refusal {
        Flow flow =
            new Flow(
                nanos,
                nanos,
                "10.0.0.1",
                1,
                "10.0.0.2",
                2,
                "tcp",
                "",
                resource,
                Labels.EMPTY,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                Labels.EMPTY);
        by.flows(new FlowBlock("shop", Origin.NONE, Collections.nCopies(count, flow)));
      }
    };

    final String plural;
    final String offender;

    Signal(String plural, String offender) {
      this.plural = plural;
      this.offender = offender;
    }

    abstract void inspect(Inspection by, Labels resource, long nanos, int count) throws Refusal;
  }

  private static Inspection under(String yaml) throws Refusal {
    LimitsFile file = LimitsFile.parse(("defaults: {" + yaml + "}").getBytes(UTF_8));
    return new LimitedQuotas(
            () -> file, new PushLimits(1 << 20, 2 << 20, 16 << 20, 2), () -> NOW, () -> 0)
        .of("shop")
        .admit(1);
  }

  private static Refusal refused(
      Signal signal, Inspection by, Labels resource, long millis, int count) {
    Refusal refusal =
        catchThrowableOfType(
            Refusal.class, () -> signal.inspect(by, resource, millis * 1_000_000, count));
    assertThat(refusal).as("%s of %d", signal, millis).isNotNull();
    return refusal;
  }

  @ParameterizedTest
  @EnumSource(Signal.class)
  void refuseWhatIsOldOrOfTheFutureByNameAndOffender(Signal signal) throws Refusal {
    Inspection hour = under("max_age_seconds: 3600, max_future_seconds: 60");
    assertThatCode(
            () -> {
              signal.inspect(hour, SHOP, (NOW - 3_600_000) * 1_000_000, 1);
              signal.inspect(hour, SHOP, (NOW + 60_000) * 1_000_000, 1);
            })
        .doesNotThrowAnyException();

    Refusal old = refused(signal, hour, SHOP, NOW - 3_600_001, 1);
    assertThat(old.reason()).isEqualTo(Refusal.Reason.LIMIT);
    assertThat(old)
        .hasMessageContaining("max_age_seconds = 3600 of the tenant \"shop\"")
        .hasMessageContaining(signal.offender)
        .hasMessageContaining("2023-11-14T21:13:19.999Z");

    assertThat(refused(signal, hour, SHOP, NOW + 60_001, 1))
        .hasMessageContaining("max_future_seconds = 60 of the tenant \"shop\"")
        .hasMessageContaining(signal.offender)
        .hasMessageContaining("2023-11-14T22:14:20.001Z");
  }

  @ParameterizedTest
  @EnumSource(Signal.class)
  void takeWhatHasNoTime(Signal signal) throws Refusal {
    Inspection hour = under("max_age_seconds: 3600, max_future_seconds: 60");
    assertThatCode(() -> signal.inspect(hour, SHOP, 0, 1)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource(Signal.class)
  void countEverySignalAgainstTheSameRate(Signal signal) throws Refusal {
    Inspection rate = under("items_per_second: 100, items_burst: 300");
    signal.inspect(rate, SHOP, NOW * 1_000_000, 250);
    Refusal tooSoon = refused(signal, rate, SHOP, NOW, 100);
    assertThat(tooSoon.reason()).isEqualTo(Refusal.Reason.RATE);
    assertThat(tooSoon.retryAfter()).hasMillis(500);
    assertThat(tooSoon)
        .hasMessageContaining("items_per_second = 100")
        .hasMessageContaining("with 100 " + signal.plural + " in this body");

    Refusal never = refused(signal, rate, SHOP, NOW, 301);
    assertThat(never.reason()).isEqualTo(Refusal.Reason.TOO_LARGE);
    assertThat(never)
        .hasMessageContaining("the body has 301 " + signal.plural)
        .hasMessageContaining("items_burst = 300")
        .hasMessageContaining("\"shop\"");
  }

  @ParameterizedTest
  @CsvSource({
    "max_labels, 1, has 2 labels",
    "max_label_name_bytes, 3, whose name is \"namespace\"",
    "max_label_value_bytes, 4, a label \"namespace\" whose value is \"production\"",
  })
  void boundTheLabelsOfALogStream(String limit, int value, String offender) throws Refusal {
    Labels stream = Labels.of("app", "shop", "namespace", "production");
    Refusal refusal = refused(Signal.LOG_ENTRIES, under(limit + ": " + value), stream, NOW, 1);
    assertThat(refusal.reason()).isEqualTo(Refusal.Reason.LIMIT);
    assertThat(refusal)
        .hasMessageContaining(limit + " = " + value + " of the tenant \"shop\"")
        .hasMessageContaining("the log stream \"{")
        .hasMessageContaining(offender);
  }

  @Test
  void leaveTheResourcesOfSpansAndFlowsTheLabelsThatTheyHave() throws Refusal {
    Inspection narrow = under("max_labels: 1, max_label_name_bytes: 3, max_label_value_bytes: 3");
    Labels wide = Labels.of("service.name", "shop", "service.namespace", "production");
    assertThatCode(
            () -> {
              Signal.SPANS.inspect(narrow, wide, NOW * 1_000_000, 1);
              Signal.FLOWS.inspect(narrow, wide, NOW * 1_000_000, 1);
            })
        .doesNotThrowAnyException();
  }
}
