package dev.guanlan.gateway.rules;

import dev.guanlan.codec.Excerpt;
import dev.guanlan.connector.kafka.rules.PublishedGroup;
import dev.guanlan.connector.kafka.rules.RuleGroupTopic;
import dev.guanlan.gateway.push.Quota;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.rules.RuleFile;
import dev.guanlan.rules.RuleFileException;
import dev.guanlan.rules.RuleFileOptions;
import dev.guanlan.rules.RuleFileWriter;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.rules.yaml.YamlProblem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Does what the ruler API asks for. All of it in the turn of the {@link RuleDesk}. */
public final class RuleErrands {

  private static final int LONGEST_NAMESPACE = 500;

  private final RuleDesk desk;
  private final List<RuleFolderWatch> folders;

  /**
   * Makes the errands.
   *
   * @param folders hold namespaces that nobody changes here
   */
  public RuleErrands(RuleDesk desk, List<RuleFolderWatch> folders) {
    this.desk = desk;
    this.folders = List.copyOf(folders);
  }

  RuleDesk desk() {
    return desk;
  }

  /** Returns all groups of a tenant, by namespace. */
  String namespaces(String tenant) throws Refusal {
    return shown(desk.read(tenant));
  }

  /** Returns the groups of a namespace, which may be none. */
  String namespace(String tenant, String namespace) throws Refusal {
    List<PublishedGroup> groups = new ArrayList<>(desk.read(tenant));
    groups.removeIf(each -> !each.group().namespace().equals(namespace));
    return shown(groups);
  }

  private static String shown(List<PublishedGroup> groups) {
    Map<String, List<RuleGroup>> byNamespace = new TreeMap<>();
    for (PublishedGroup published : groups) {
      byNamespace
          .computeIfAbsent(published.group().namespace(), first -> new ArrayList<>())
          .add(published.group());
    }
    return RuleFileWriter.namespaces(byNamespace);
  }

  /** Returns a group. */
  String group(String tenant, String namespace, String name) throws Refusal {
    for (PublishedGroup published : desk.read(tenant)) {
      if (published.is(namespace, name)) {
        return RuleFileWriter.group(published.group());
      }
    }
    throw noGroup(namespace, name);
  }

  /**
   * Adds a group, or puts it in the place of the one of its name.
   *
   * @return what is accepted but probably not meant
   */
  List<String> setGroup(String tenant, Quota quota, String namespace, String yaml) throws Refusal {
    checkNamespace(tenant, namespace);
    RuleFile read;
    try {
      read =
          RuleFiles.readGroup(
              yaml,
              namespace,
              RuleFileOptions.STREAMED,
              group -> RuleGroupTopic.check(tenant, group));
    } catch (RuleFileException e) {
      throw refused(e);
    }
    String name = read.groups().get(0).name();
    return put(tenant, quota, read, each -> each.is(namespace, name));
  }

  /**
   * Makes a namespace what a rule file says.
   *
   * @return what is accepted but probably not meant
   */
  List<String> setNamespace(String tenant, Quota quota, String namespace, String yaml)
      throws Refusal {
    checkNamespace(tenant, namespace);
    RuleFile read;
    try {
      read =
          RuleFiles.read(
              yaml,
              namespace,
              RuleFileOptions.STREAMED,
              group -> RuleGroupTopic.check(tenant, group));
    } catch (RuleFileException e) {
      throw refused(e);
    }
    return put(tenant, quota, read, each -> each.group().namespace().equals(namespace));
  }

  private List<String> put(
      String tenant, Quota quota, RuleFile read, Predicate<PublishedGroup> replaced)
      throws Refusal {
    List<RuleGroup> groups = read.groups();
    for (RuleGroup group : groups) {
      quota.ruleGroup(group.name(), group.rules().size());
    }
    desk.change(
        tenant,
        present -> {
          List<PublishedGroup> wanted = new ArrayList<>(present);
          wanted.removeIf(replaced);
          groups.forEach(group -> wanted.add(PublishedGroup.byHand(group)));
          if (wanted.size() > present.size()) {
            // Whoever has too many already may still change them, and have fewer.
            quota.ruleGroups(wanted.size());
          }
          return wanted;
        });
    return read.warnings().stream().map(YamlProblem::toString).toList();
  }

  /** Deletes all groups of a namespace. */
  void deleteNamespace(String tenant, String namespace) throws Refusal {
    checkNamespace(tenant, namespace);
    delete(
        tenant,
        each -> each.group().namespace().equals(namespace),
        new Refusal(
            Refusal.Reason.NOT_FOUND,
            "there is no namespace " + Excerpt.of(namespace) + " of rules; check its name"));
  }

  /** Deletes a group. */
  void deleteGroup(String tenant, String namespace, String name) throws Refusal {
    checkNamespace(tenant, namespace);
    delete(tenant, each -> each.is(namespace, name), noGroup(namespace, name));
  }

  private void delete(String tenant, Predicate<PublishedGroup> gone, Refusal ifNone)
      throws Refusal {
    desk.change(
        tenant,
        present -> {
          List<PublishedGroup> wanted = new ArrayList<>(present);
          if (!wanted.removeIf(gone)) {
            throw ifNone;
          }
          return wanted;
        });
  }

  private void checkNamespace(String tenant, String namespace) throws Refusal {
    if (namespace.isBlank()
        || namespace.length() > LONGEST_NAMESPACE
        || namespace.chars().anyMatch(Character::isISOControl)) {
      throw new Refusal(
          Refusal.Reason.MALFORMED,
          Excerpt.of(namespace)
              + " cannot be a namespace; give it 1 to "
              + LONGEST_NAMESPACE
              + " characters that can be printed");
    }
    for (RuleFolderWatch folder : folders) {
      if (folder.holds(tenant, namespace)) {
        throw new Refusal(
            Refusal.Reason.FORBIDDEN,
            "the namespace "
                + Excerpt.of(namespace)
                + " is a file in the gateway's --rules-folder; change the file");
      }
    }
  }

  private static Refusal noGroup(String namespace, String name) {
    return new Refusal(
        Refusal.Reason.NOT_FOUND,
        "there is no rule group "
            + Excerpt.of(name)
            + " in the namespace "
            + Excerpt.of(namespace)
            + "; check both names");
  }

  private static Refusal refused(RuleFileException problems) {
    return new Refusal(
        Refusal.Reason.MALFORMED,
        "nothing was changed, because of what is wrong in the rules:\n" + problems.getMessage(),
        problems);
  }

  static String text(byte[] body) throws Refusal {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw new Refusal(Refusal.Reason.MALFORMED, "the rules are not UTF-8; send them as UTF-8", e);
    }
  }
}
