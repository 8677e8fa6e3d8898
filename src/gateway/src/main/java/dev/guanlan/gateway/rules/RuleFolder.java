package dev.guanlan.gateway.rules;

import dev.guanlan.gateway.push.Tenants;
import dev.guanlan.model.RawRecord;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Names a folder whose files are a tenant's rules.
 *
 * @param tenant whose rules they are
 * @param folder where the files are
 */
public record RuleFolder(String tenant, Path folder) {

  /** Reads {@code FOLDER} and {@code TENANT=FOLDER}. */
  public static final class Converter implements ITypeConverter<RuleFolder> {

    /** Makes a converter. */
    public Converter() {}

    @Override
    public RuleFolder convert(String text) {
      int equals = text.indexOf('=');
      String tenant = equals < 0 ? RawRecord.ANONYMOUS : text.substring(0, equals);
      String folder = text.substring(equals + 1);
      if (!Tenants.isName(tenant) || folder.isEmpty()) {
        throw new TypeConversionException(
            "'" + text + "' names no folder; write FOLDER, or TENANT=FOLDER");
      }
      return new RuleFolder(tenant, Path.of(folder));
    }
  }

  /** Returns who keeps the groups of the folder on the topic of rules. */
  String source() {
    return "folder " + folder.toAbsolutePath().normalize();
  }
}
