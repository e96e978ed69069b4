package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// result is what a load found.
type result struct {
	requests int
	elapsed  time.Duration
	times    []time.Duration // sorted
	answer   []byte          // the last one
	own      time.Duration   // CPU time that the load itself took
	server   time.Duration   // CPU time of the server, where it is known
}

func (r result) rate() float64 { return float64(r.requests) / r.elapsed.Seconds() }

func (r result) at(quantile float64) time.Duration {
	if len(r.times) == 0 {
		return 0
	}
	return r.times[min(len(r.times)-1, int(quantile*float64(len(r.times))))]
}

// asker sends one request at a time, on a connection of its own.
type asker interface {
	ask(body []byte) ([]byte, error)
	close()
}

// run has askers send the bodies in turn until the time is over, each the next one once it has its answer.
func run(askers []asker, bodies [][]byte, length time.Duration, pid int) (result, error) {
	var (
		wait   sync.WaitGroup
		mutex  sync.Mutex
		all    result
		failed error
	)
	ownBefore, serverBefore := ownCPU(), cpuOf(pid)
	start := time.Now()
	end := start.Add(length)
	for i, one := range askers {
		wait.Go(func() {
			times := make([]time.Duration, 0, 1<<16)
			var last []byte
			for n := i; ; n++ {
				before := time.Now()
				if before.After(end) {
					break
				}
				answer, err := one.ask(bodies[n%len(bodies)])
				if err != nil {
					mutex.Lock()
					failed = errors.Join(failed, err)
					mutex.Unlock()
					return
				}
				times = append(times, time.Since(before))
				last = answer
			}
			mutex.Lock()
			defer mutex.Unlock()
			all.times = append(all.times, times...)
			all.answer = append([]byte(nil), last...)
		})
	}
	wait.Wait()
	all.elapsed = time.Since(start)
	all.own, all.server = ownCPU()-ownBefore, cpuOf(pid)-serverBefore
	all.requests = len(all.times)
	slices.Sort(all.times)
	return all, failed
}

// schedulerClient asks as kube-scheduler does (scheduler/extender.go): net/http, HTTP/2 where the server has it.
type schedulerClient struct {
	url    string
	client *http.Client
}

func newSchedulerClient(address string, config *tls.Config) *schedulerClient {
	return &schedulerClient{
		url:    address,
		client: &http.Client{Transport: &http.Transport{TLSClientConfig: config.Clone(), ForceAttemptHTTP2: true}},
	}
}

func (c *schedulerClient) ask(body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := c.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s: %.200s", c.url, answer.Status, read)
	}
	return read, err
}

func (c *schedulerClient) close() { c.client.CloseIdleConnections() }

// plainClient asks by HTTP/1.1, as kube-apiserver asks the webhook of a Service (apiserver/pkg/util/webhook/client.go),
// and does little more than TLS itself, so that two cores are left for the server.
type plainClient struct {
	connection net.Conn
	in         *bufio.Reader
	head       []byte
	out        []byte
	body       []byte
}

func newPlainClient(address string, config *tls.Config) (*plainClient, error) {
	target, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	config = config.Clone()
	config.NextProtos = []string{"http/1.1"}
	connection, err := tls.Dial("tcp", target.Host, config)
	if err != nil {
		return nil, err
	}
	return &plainClient{
		connection: connection,
		in:         bufio.NewReaderSize(connection, 1<<16),
		head: []byte("POST " + target.RequestURI() + " HTTP/1.1\r\nHost: " + target.Host +
			"\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: "),
	}, nil
}

func (c *plainClient) ask(body []byte) ([]byte, error) {
	c.out = append(c.out[:0], c.head...)
	c.out = strconv.AppendInt(c.out, int64(len(body)), 10)
	c.out = append(c.out, "\r\n\r\n"...)
	c.out = append(c.out, body...)
	if _, err := c.connection.Write(c.out); err != nil {
		return nil, err
	}
	status, err := c.in.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	ok := bytes.HasPrefix(status, []byte("HTTP/1.1 200"))
	said := string(status)
	length := -1
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		if len(line) <= 2 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		if bytes.EqualFold(name, []byte("content-length")) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return nil, err
			}
		}
	}
	if length < 0 {
		return nil, errors.New("an answer without a length")
	}
	c.body = slices.Grow(c.body[:0], length)[:length]
	if _, err := io.ReadFull(c.in, c.body); err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("answered %s %.200s", said, c.body)
	}
	return c.body, nil
}

func (c *plainClient) close() { _ = c.connection.Close() }

func ownCPU() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
