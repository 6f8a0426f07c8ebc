package dev.quorate.operator;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.quorate.operator");

    @Test
    void whatIsDesiredAndPlannedKnowsNoClientClockThreadOrChance() {
        noClasses().that().resideInAnyPackage("..operator.plan..", "..operator.desired..").should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8.kubernetes.client..", "io.javaoperatorsdk..", "java.net..", "java.io..",
                        "java.nio.file..", "java.util.concurrent..", "java.security.SecureRandom",
                        "org.slf4j..")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.util.Random")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.time.Clock")
                .orShould().callMethodWhere(target(name("now"))).check(CLASSES);
    }

    @Test
    void arrowsPointInward() {
        layeredArchitecture().consideringOnlyDependenciesInLayers().layer("main").definedBy("dev.quorate.operator")
                .layer("reconcile").definedBy("..reconcile..").layer("act").definedBy("..act..").layer("plan")
                .definedBy("..plan..").layer("desired").definedBy("..desired..").whereLayer("main")
                .mayNotBeAccessedByAnyLayer().whereLayer("reconcile").mayOnlyBeAccessedByLayers("main")
                .whereLayer("act").mayOnlyBeAccessedByLayers("reconcile").whereLayer("plan")
                .mayOnlyBeAccessedByLayers("act", "reconcile").check(CLASSES);
    }

    @Test
    void packagesHaveNoRing() {
        slices().matching("dev.quorate.operator.(*)..").should().beFreeOfCycles().check(CLASSES);
    }
}
