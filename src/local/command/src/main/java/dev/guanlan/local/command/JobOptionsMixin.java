package dev.guanlan.local.command;

import dev.guanlan.local.stack.JobOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Holds what the jobs of a stack are told, for this start of it only: it is not remembered. */
final class JobOptionsMixin {

  static final String NAME = "--job-option";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = NAME,
      paramLabel = "JOB.NAME=VALUE",
      converter = Converter.class,
      description =
          "Give the job ingest, topology or alerting an option, such as"
              + " alerting.rules.aligned=true. It is for this start: without it, the next goes by"
              + " the option's default again. May be repeated.")
  private List<JobOption> given = new ArrayList<>();

  JobOptionsMixin() {}

  /** Returns the options, each given once. */
  List<JobOption> given() {
    requireOnce(given, command);
    return given;
  }

  /** Refuses an option that is given twice, as the job would once all else is started. */
  static void requireOnce(List<JobOption> options, CommandSpec command) {
    Set<String> names = new HashSet<>();
    for (JobOption option : options) {
      if (!names.add(option.job() + "." + option.name())) {
        throw new ParameterException(
            command.commandLine(),
            "%s gives the job %s the option %s twice; give it once"
                .formatted(NAME, option.job(), option.name()));
      }
    }
  }

  /** Reads {@code JOB.NAME=VALUE}. */
  static final class Converter implements ITypeConverter<JobOption> {

    Converter() {}

    @Override
    public JobOption convert(String text) {
      try {
        return JobOption.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  /** Reads {@code NAME=VALUE} as an option of the alerting job. */
  static final class AlertingConverter implements ITypeConverter<JobOption> {

    AlertingConverter() {}

    @Override
    public JobOption convert(String text) {
      try {
        return JobOption.parse("alerting", text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
