package dev.guanlan.testing;

import dev.guanlan.local.stack.GatewayPart;
import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.StackPorts;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives a test class our gateway as a process, from the jar that the build made, in front of a
 * Kafka broker that has the platform's topics.
 */
public final class GatewayExtension implements BeforeAllCallback {

  private static final int PARTITIONS = 2;

  private final KafkaExtension kafka;
  private @Nullable GatewayPart part;

  /** Creates the extension in front of {@code kafka}, which may be registered before or after. */
  public GatewayExtension(KafkaExtension kafka) {
    this.kafka = kafka;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    kafka.beforeAll(context);
    kafka.createPlatformTopics(PARTITIONS);
    part =
        SharedParts.of(context)
            .healthy(
                "gateway",
                GatewayPart.class,
                site -> {
                  List<Integer> ports = StackPorts.free(2);
                  return new GatewayPart(
                      site, ports.get(0), ports.get(1), kafka.bootstrapServers());
                });
  }

  /** Returns the address that agents push to, without a slash at its end. */
  public String url() {
    return running().url();
  }

  /** Ends it as a crash would. */
  public void kill() {
    running().kill();
  }

  /** Starts it again at the same address. */
  public void start() {
    SharedParts.start(running());
  }

  /** Returns the part itself. */
  public Part part() {
    return running();
  }

  private GatewayPart running() {
    if (part == null) {
      throw new IllegalStateException(
          "The extension is not registered: declare it as a static field with @RegisterExtension.");
    }
    return part;
  }
}
