package dev.guanlan.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A row of a cloud's inventory")
class CloudEntitiesTest {

  private static final String ARN = "arn:aws:ec2:eu-west-1:123456789012:instance/i-0abc";

  private static List<Change> extract(String... attributes) {
    List<Change> changes = new ArrayList<>();
    ResourceEntities.extract("acme", Labels.of(attributes), 1000, changes::add);
    assertThat(changes).allSatisfy(change -> assertThat(change.version()).isEqualTo(1000));
    return changes;
  }

  private static List<String> ids(List<Change> changes) {
    return changes.stream().map(Change::id).distinct().sorted().toList();
  }

  @Test
  @DisplayName("is a resource by its ARN, part of an account, owned, and what its host runs on")
  void instance() {
    List<Change> changes =
        extract(
            "cloud.provider", "aws",
            "cloud.resource.type", "aws_ec2_instances",
            "cloud.resource_id", ARN,
            "cloud.resource.id", ARN,
            "cloud.resource.name", "web-1",
            "cloud.account.id", "123456789012",
            "cloud.region", "eu-west-1",
            "cloud.resource.tag.team", "shop",
            "host.id", "i-0abc");

    String resource = Identity.entity(EntityType.CLOUD_RESOURCE, ARN);
    assertThat(ids(changes))
        .containsExactlyInAnyOrder(
            resource,
            "cloud.account:aws/123456789012",
            "team:shop",
            Identity.relation("part_of", resource, "cloud.account:aws/123456789012"),
            Identity.relation("runs_on", "host:i-0abc", resource),
            Identity.relation("owned_by", resource, "team:shop"));
    assertThat(changes.get(0))
        .isInstanceOfSatisfying(
            Entity.class,
            entity -> {
              assertThat(entity.name()).isEqualTo("web-1");
              assertThat(entity.attributes().toMap())
                  .containsEntry("cloud.region", "eu-west-1")
                  .doesNotContainKey("host.id");
            });
  }

  @Test
  @DisplayName("without an ARN is unique within table, account and region")
  void withoutArn() {
    List<Change> changes =
        extract(
            "cloud.provider", "hetzner",
            "cloud.resource.type", "hcloud_servers",
            "cloud.resource.id", "42",
            "cloud.region", "fsn1");

    assertThat(ids(changes)).containsExactly("cloud.resource:hcloud_servers/fsn1/42");
  }
}
