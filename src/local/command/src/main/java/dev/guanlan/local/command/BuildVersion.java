package dev.guanlan.local.command;

import picocli.CommandLine.IVersionProvider;

/** Reads the version from the jar's manifest. */
final class BuildVersion implements IVersionProvider {

  BuildVersion() {}

  @Override
  public String[] getVersion() {
    String version = Guanlan.class.getPackage().getImplementationVersion();
    return new String[] {
      "guanlan " + (version == null ? "(not from a jar)" : version),
      "Java " + Runtime.version() + ", " + System.getProperty("os.name")
    };
  }
}
