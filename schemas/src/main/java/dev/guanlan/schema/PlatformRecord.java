package dev.guanlan.schema;

import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Is what all generated records extend. Avro makes instances only of classes that it was told to
 * trust; it is told of this package when the first record's class is loaded.
 */
public abstract class PlatformRecord extends SpecificRecordBase {

  private static final String PACKAGE = PlatformRecord.class.getPackageName();

  static {
    trustOwnPackage();
  }

  /** Makes an empty record, which Avro or a builder fills. */
  protected PlatformRecord() {}

  private static void trustOwnPackage() {
    synchronized (ClassSecurityValidator.class) {
      ClassSecurityValidator.setGlobal(
          ClassSecurityValidator.composite(
              ClassSecurityValidator.getGlobal(), type -> type.getPackageName().equals(PACKAGE)));
    }
  }
}
