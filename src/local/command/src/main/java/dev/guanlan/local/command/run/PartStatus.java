package dev.guanlan.local.command.run;

import java.util.List;

/**
 * Tells how a part was when its supervisor last looked.
 *
 * @param name the part
 * @param version what runs
 * @param state {@code UP}, {@code STARTING} or {@code DOWN}
 * @param detail why it is not up
 * @param urls where it is reached, each with its label
 */
public record PartStatus(
    String name, String version, String state, String detail, List<Address> urls) {

  /**
   * Names an address.
   *
   * @param label what it is for
   * @param url the address
   */
  public record Address(String label, String url) {}

  /** Tells whether it serves. */
  public boolean up() {
    return state.equals("UP");
  }
}
