package io.vgpusteward.server.serve;

import picocli.CommandLine.IVersionProvider;

/** The version of the program, from its jar's manifest. */
public final class Version implements IVersionProvider {
  /** The version; {@code development} where the program does not run from its jar. */
  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"vgpu-steward " + current()};
  }
}
