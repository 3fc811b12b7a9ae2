//! The server as it runs: on a socket, until it is told to stop.

#[path = "../../collection/tests/common/mod.rs"]
mod common;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use medshape_server::{ServeOptions, ServerError, serve};

fn ask(address: SocketAddr, host: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_answers_to_this_machine_only_and_names_a_busy_port() {
    let (_folder, collection) = common::collection();
    let mut options = ServeOptions::new(collection);
    assert!(options.address.ip().is_loopback());
    options.address.set_port(0);
    let (tell, told) = std::sync::mpsc::channel();
    let first = options.clone();
    // Ends with the test's process.
    std::thread::spawn(move || serve(first, |address| tell.send(address).unwrap()));
    let address = told.recv().unwrap();
    assert!(ask(address, "localhost").starts_with("HTTP/1.1 200"));
    assert!(ask(address, "evil.example").starts_with("HTTP/1.1 421"));
    options.address = address;
    let error = serve(options, |_| panic!("it must not start")).unwrap_err();
    assert!(matches!(error, ServerError::Listen { .. }), "{error}");
}
