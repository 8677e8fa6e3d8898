package dev.guanlan.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Keeps the rules of the house that docs/architecture.md states under "The layout". */
@AnalyzeClasses(packages = "dev.guanlan", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseRulesTest {

  @ArchTest
  static final ArchRule modelDependsOnNothing =
      classes()
          .that()
          .resideInAPackage("dev.guanlan.model..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("dev.guanlan.model..", "java..", "org.jspecify..")
          .because("every module shares the model, so whatever it needs everybody has to carry");

  @ArchTest
  static final ArchRule languagesRulesAndTopologyKnowNoInfrastructure =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.guanlan.promql..",
              "dev.guanlan.rules..",
              "dev.guanlan.topology..",
              "dev.guanlan.codec..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.flink..",
              "org.apache.kafka..",
              "java.net.http..",
              "com.linecorp.armeria..",
              "org.neo4j..",
              "dev.guanlan.store..",
              "dev.guanlan.connector..")
          .because("the same engine must run in a job, in a query and in a unit test");

  @ArchTest
  static final ArchRule theStoreKnowsNoFlink =
      noClasses()
          .that()
          .resideInAPackage("dev.guanlan.store..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.flink..", "org.apache.kafka..", "dev.guanlan.connector..");

  @ArchTest
  static final ArchRule connectorsKnowNoJob =
      noClasses()
          .that()
          .resideInAPackage("dev.guanlan.connector..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.guanlan.job..")
          .because("a connector is useful to a stranger's job too");

  @ArchTest
  static final ArchRule nothingDependsOnAJob =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.guanlan.job..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.guanlan.job..");

  @ArchTest
  static final ArchRule jobsShareOnlyWhatIsCommon =
      slices()
          .matching("dev.guanlan.job.(*)..")
          .should()
          .notDependOnEachOther()
          .ignoreDependency(
              com.tngtech.archunit.base.DescribedPredicate.alwaysTrue(),
              com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage(
                  "dev.guanlan.job.common.."));

  @ArchTest
  static final ArchRule nothingDependsOnTheGateway =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.guanlan.gateway..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.guanlan.gateway..");

  @ArchTest
  static final ArchRule nothingDependsOnTheLocalPlatform =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.guanlan.local..", "dev.guanlan.testing..", "dev.guanlan.bench..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.guanlan.local..", "dev.guanlan.testing..");

  @ArchTest
  static final ArchRule neo4jServerIsNeverLinked =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.neo4j.server..", "org.neo4j.harness..", "org.neo4j.dbms..")
          .because("its licence is the GPL: it runs as a process of its own");

  @ArchTest
  static final ArchRule regularExpressionsAreRe2InWhatUsersCanWrite =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.guanlan.promql..", "dev.guanlan.rules..", "dev.guanlan.topology..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.util.regex..")
          .because("an expression that backtracks can be made to run for ever");
}
