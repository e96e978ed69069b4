package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

type table struct{ rows [][]string }

func newTable(heads ...string) *table { return &table{rows: [][]string{heads}} }

// row adds a row; it is shown at once as well, since what is measured takes minutes.
func (t *table) row(cells ...string) {
	t.rows = append(t.rows, cells)
	fmt.Fprintln(os.Stderr, strings.Join(cells, "  "))
}

func (t *table) print() {
	widths := make([]int, len(t.rows[0]))
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range t.rows {
		var line strings.Builder
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				line.WriteString(cell + pad)
			} else {
				line.WriteString("  " + pad + cell)
			}
		}
		fmt.Println(line.String())
	}
	fmt.Println()
}

// and adds another measurement of the same.
func (r result) and(other result) result {
	r.times = append(r.times, other.times...)
	slices.Sort(r.times)
	r.requests += other.requests
	r.elapsed += other.elapsed
	r.own += other.own
	r.server += other.server
	r.answer = other.answer
	return r
}

func (r result) serverEach() time.Duration { return r.server / time.Duration(max(1, r.requests)) }

func (r result) ownEach() time.Duration { return r.own / time.Duration(max(1, r.requests)) }

func millis(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond))
}

func number(n float64) string { return fmt.Sprintf("%.0f", n) }

func ratio(ours, theirs float64) string {
	if theirs == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", ours/theirs)
}

func mebibytes(bytes int64) string { return fmt.Sprintf("%d MiB", bytes>>20) }

func nonEmpty(argument string) []string {
	if argument == "" {
		return nil
	}
	return []string{argument}
}
