package dev.quorate.ensemble.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OrdererTest {
    private static final long DISK = 7;

    private final Orderer fresh = new Orderer(origin -> Orderer.Last.NONE);

    @Test
    void letsThroughEachOriginsWritesInTurn() {
        assertThat(fresh.admit(1, DISK, 1, 1)).isTrue();
        assertThat(fresh.admit(1, DISK, 1, 2)).isTrue();
        assertThat(fresh.admit(2, DISK, 1, 1)).isTrue();
    }

    @Test
    void dropsWhatIsBroughtTwice() {
        fresh.admit(1, DISK, 1, 1);
        fresh.admit(1, DISK, 1, 2);
        assertThat(fresh.admit(1, DISK, 1, 1)).isFalse();
        assertThat(fresh.admit(1, DISK, 1, 2)).isFalse();
        assertThat(fresh.admit(1, DISK, 1, 3)).isTrue();
    }

    @Test
    void dropsWhatComesAfterAHole() {
        fresh.admit(1, DISK, 1, 1);
        assertThat(fresh.admit(1, DISK, 1, 3)).isFalse();
        assertThat(fresh.admit(1, DISK, 1, 2)).isTrue();
    }

    @Test
    void goesOnWhereTheReplicatedTableEnds() {
        Orderer orderer = new Orderer(origin -> new Orderer.Last(DISK, 4, 10));
        assertThat(orderer.admit(1, DISK, 4, 10)).isFalse();
        assertThat(orderer.admit(1, DISK, 4, 12)).isFalse();
        assertThat(orderer.admit(1, DISK, 4, 11)).isTrue();
    }

    @Test
    void aLaterBootBeginsAtOneAndEndsTheFormer() {
        Orderer orderer = new Orderer(origin -> new Orderer.Last(DISK, 4, 10));
        assertThat(orderer.admit(1, DISK, 5, 2)).isFalse();
        assertThat(orderer.admit(1, DISK, 5, 1)).isTrue();
        assertThat(orderer.admit(1, DISK, 4, 11)).isFalse();
    }

    @Test
    void anotherDiskIsAnotherLife() {
        Orderer orderer = new Orderer(origin -> new Orderer.Last(DISK, 4, 10));
        assertThat(orderer.admit(1, DISK + 1, 1, 1)).isTrue();
    }
}
