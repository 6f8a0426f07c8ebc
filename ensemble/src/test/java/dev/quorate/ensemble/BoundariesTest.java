package dev.quorate.ensemble;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The packages of the server and the arrows between them. */
class BoundariesTest {
    private static final String ROOT = "dev.quorate.ensemble";
    private static final JavaClasses CLASSES = importClasses();

    /** What the rules ask of classes of others are their names: so those are not read. */
    private static JavaClasses importClasses() {
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter().importPath(Path.of("target", "classes"));
    }

    @Test
    void arrowsPointInward() {
        layeredArchitecture().consideringOnlyDependenciesInLayers()
                .layer("main").definedBy(ROOT).layer("net").definedBy(ROOT + ".net..").layer("storage")
                .definedBy(ROOT + ".storage..").layer("admin").definedBy(ROOT + ".admin..").layer("member")
                .definedBy(ROOT + ".member..").layer("wire").definedBy(ROOT + ".wire..").layer("tree")
                .definedBy(ROOT + ".tree..").layer("zab").definedBy(ROOT + ".zab..").withOptionalLayers(true)
                .whereLayer("main").mayNotBeAccessedByAnyLayer().whereLayer("net").mayOnlyBeAccessedByLayers("main")
                .whereLayer("storage").mayOnlyBeAccessedByLayers("main").whereLayer("admin")
                .mayOnlyBeAccessedByLayers("main").whereLayer("member")
                .mayOnlyBeAccessedByLayers("main", "net", "storage", "admin").whereLayer("wire")
                .mayOnlyBeAccessedByLayers("main", "net", "storage", "admin", "member").whereLayer("tree")
                .mayOnlyBeAccessedByLayers("main", "net", "storage", "admin", "member", "wire").whereLayer("zab")
                .mayOnlyBeAccessedByLayers("main", "net", "storage", "admin", "member", "wire", "tree").check(CLASSES);
    }

    @Test
    void noRings() {
        slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void theCoreKnowsOnlyTheLanguage() {
        noClasses().that().resideInAnyPackage(ROOT + ".zab..",
                ROOT + ".tree..").should().dependOnClassesThat()
                .resideOutsideOfPackages(ROOT + ".zab..", ROOT + ".tree..",
                        "java.lang", "java.lang.invoke", "java.lang.runtime", "java.lang.annotation", "java.util",
                        "java.util.function", "java.util.stream", "java.nio", "java.nio.charset", "java.security",
                        "javax.crypto..",
                        "org.jspecify.annotations")
                .check(CLASSES);
    }

    @Test
    void theCoreHasNoClockThreadOrRandomness() {
        noClasses().that()
                .resideInAnyPackage(ROOT + ".zab..", ROOT + ".tree..").should().dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread").orShould().dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Random").orShould().dependOnClassesThat()
                .haveFullyQualifiedName("java.security.SecureRandom").orShould().dependOnClassesThat()
                .haveFullyQualifiedName("java.util.UUID").orShould().dependOnClassesThat()
                .haveFullyQualifiedName("java.util.Timer").orShould().callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime").orShould().callMethod(Math.class, "random").check(CLASSES);
    }

    @Test
    void onlyTheNetworkKnowsChannels() {
        noClasses().that().resideOutsideOfPackages(ROOT + ".net..",
                ROOT + ".admin..", ROOT).should().dependOnClassesThat()
                .resideInAnyPackage("io.netty.channel..", "io.netty.handler..", "io.netty.bootstrap..").check(CLASSES);
    }
}
