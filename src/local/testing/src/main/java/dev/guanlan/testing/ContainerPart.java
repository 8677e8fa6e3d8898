package dev.guanlan.testing;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import dev.guanlan.local.stack.Endpoint;
import dev.guanlan.local.stack.Health;
import dev.guanlan.local.stack.Part;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * Runs a part as a container whose ports are published on loopback, always the same ones, so that a
 * stop and a start look to clients as those of a process do.
 */
final class ContainerPart implements Part, AutoCloseable {

  private static final int GRACE_SECONDS = 15;
  private static final int LOG_TAIL = 2_000;

  private final Image image;
  private final Endpoint endpoint;
  private final Supplier<Health> probe;
  private final GenericContainer<?> container;

  /**
   * Says what to run.
   *
   * @param part name of the part
   * @param name name of a local image; nothing is pulled
   * @param port where the program listens inside
   * @param command program and arguments
   * @param file path of its configuration file inside
   * @param text content of that file
   */
  record Image(
      String part, String name, int port, List<String> command, String file, String text) {}

  ContainerPart(Image image, Endpoint endpoint, Supplier<Health> probe) {
    this.image = image;
    this.endpoint = endpoint;
    this.probe = probe;
    container =
        new GenericContainer<>(DockerImageName.parse(image.name()))
            .withImagePullPolicy(name -> false)
            .withCommand(image.command().toArray(String[]::new))
            .withCopyToContainer(Transferable.of(image.text()), image.file())
            .withCreateContainerCmdModifier(this::publish);
  }

  private void publish(CreateContainerCmd command) {
    ExposedPort inside = ExposedPort.tcp(image.port());
    Ports.Binding outside = Ports.Binding.bindIpAndPort(Endpoint.HOST, endpoint.port());
    HostConfig host = Objects.requireNonNullElseGet(command.getHostConfig(), HostConfig::new);
    command
        .withExposedPorts(inside)
        .withHostConfig(host.withPortBindings(new PortBinding(outside, inside)));
  }

  @Override
  public String name() {
    return image.part();
  }

  @Override
  public String version() {
    return "in the container image " + image.name();
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(endpoint);
  }

  @Override
  public void start() {
    if (container.getContainerId() == null) {
      container.start();
    } else if (!running()) {
      client().startContainerCmd(container.getContainerId()).exec();
    }
  }

  @Override
  public Health check() {
    return running()
        ? probe.get()
        : Health.down(container.getContainerId() == null ? "not started" : "it ended: " + logs());
  }

  @Override
  public boolean running() {
    if (container.getContainerId() == null) {
      return false;
    }
    var state = client().inspectContainerCmd(container.getContainerId()).exec().getState();
    return Boolean.TRUE.equals(state.getRunning());
  }

  @Override
  public void stop() {
    if (running()) {
      client().stopContainerCmd(container.getContainerId()).withTimeout(GRACE_SECONDS).exec();
    }
  }

  @Override
  public void kill() {
    if (running()) {
      client().killContainerCmd(container.getContainerId()).exec();
    }
  }

  /** Removes the container with its data. */
  @Override
  public void close() {
    container.stop();
  }

  private DockerClient client() {
    return container.getDockerClient();
  }

  private String logs() {
    String text = container.getLogs();
    return text.substring(Math.max(0, text.length() - LOG_TAIL));
  }
}
