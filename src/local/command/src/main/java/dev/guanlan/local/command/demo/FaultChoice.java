package dev.guanlan.local.command.demo;

/**
 * Says which service of the fleet shall misbehave, and how.
 *
 * @param service the service's name
 * @param kind latency, errors or down
 */
public record FaultChoice(String service, String kind) {

  /**
   * Reads {@code SERVICE=KIND}.
   *
   * @throws IllegalArgumentException with what to write instead
   */
  public static FaultChoice parse(String text, FleetDescription fleet) {
    int equals = text.indexOf('=');
    String shown = (text.length() > 60 ? text.substring(0, 60) + "…" : text);
    if (equals < 0) {
      throw new IllegalArgumentException(
          "Not a fault: '%s'. Write SERVICE=KIND, such as payment=errors.".formatted(shown));
    }
    FaultChoice choice = new FaultChoice(text.substring(0, equals), text.substring(equals + 1));
    if (!fleet.services().contains(choice.service)) {
      throw new IllegalArgumentException(
          "The fleet has no service '%s'. It has: %s."
              .formatted(
                  shown.substring(0, Math.min(equals, shown.length())),
                  String.join(", ", fleet.services())));
    }
    if (!FleetDescription.FAULTS.contains(choice.kind)) {
      throw new IllegalArgumentException(
          "There is no such fault: '%s'. There are: %s."
              .formatted(shown, String.join(", ", FleetDescription.FAULTS)));
    }
    return choice;
  }

  @Override
  public String toString() {
    return service + "=" + kind;
  }
}
