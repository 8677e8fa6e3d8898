package dev.guanlan.testing;

import dev.guanlan.local.stack.AlertmanagerPart;
import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.StackPorts;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives a test class the real Alertmanager, with a receiver that sends nowhere.
 *
 * <p>All test classes of a JVM share it: tell your alerts apart by a label of your own.
 */
public final class AlertmanagerExtension implements BeforeAllCallback {

  private @Nullable AlertmanagerPart part;

  /** Creates the extension; nothing starts before the first test. */
  public AlertmanagerExtension() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    part =
        SharedParts.of(context)
            .healthy(
                "alertmanager",
                AlertmanagerPart.class,
                site -> new AlertmanagerPart(site, StackPorts.free(1).get(0)));
  }

  /** Returns the address of its API ({@code /api/v2}), without a slash at its end. */
  public String url() {
    return running().url();
  }

  /** Stops it, as an operator would. */
  public void stop() {
    running().stop();
  }

  /** Ends it as a crash would. */
  public void kill() {
    running().kill();
  }

  /** Starts it again at the same address with the data that it had. */
  public void start() {
    SharedParts.start(running());
  }

  /** Returns the part itself. */
  public Part part() {
    return running();
  }

  private AlertmanagerPart running() {
    if (part == null) {
      throw new IllegalStateException(
          "The extension is not registered: declare it as a static field with @RegisterExtension.");
    }
    return part;
  }
}
