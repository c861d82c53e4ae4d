From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss hessian kernel_equations.
From Hessproof Require Import blocks gauss_newton block_formulas.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* Section 3.2 of Singh et al. 2021: what the Hessian maps a direction to. For every depth,  *)
(* all widths, all weights and data, over every field. U = direction u has the matrices     *)
(* Delta W^l of the parameter vector u.                                                     *)
Section Range.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Implicit Type k : 'I_L.
Notation Sigma := (X *m X^T).
Notation Omega := (residual X Y W *m X^T).
Variable u : 'rV[F]_(\sum_(l < L) layer_size M l).
Notation U := (direction u).

(* A row of blocks times a parameter vector, layer by layer. *)
Lemma block_row_mul (H : 'M[F]_(\sum_(l < L) layer_size M l)) k :
  submxcol H k *m u^T = \sum_(l < L) submxblock H k l *m (vec (U l))^T.
Proof.
rewrite -[submxcol H k]submxrowK -[u in LHS]submxrowK tr_mxrow mul_mxrow_mxcol.
by apply: eq_bigr => l _; rewrite submxblockEv directionE unvecK.
Qed.

(* Row k of blocks of H_o maps a direction U to vec_r of W^{k+1:L} D Sigma W^{1:k-1}, where D is *)
(* the change of the end-to-end matrix. For all weights and data over any field.                 *)
Theorem range_of_outer k : submxcol (outer_hessian W L X) k *m u^T = range_o W L Sigma U k.
Proof.
rewrite block_row_mul /range_o big_mkord mulmx_sumr !mulmx_suml vec_sum raddf_sum /=.
by apply: eq_bigr => l _; rewrite outer_block tens_vec !trmx_mul !trmxK !mulmxA.
Qed.

(* Row k of blocks of H_f on a direction U: the layers below k change the input of layer k, those *)
(* above change what follows it. For all weights and data over any field.                         *)
Theorem range_of_functional k :
  submxcol (functional_hessian W X Y) k *m u^T = range_f W Omega U k.
Proof.
pose below l := (chain W k.+1 L)^T *m Omega *m (chain W l.+1 k *m U l *m chain W 0 l)^T.
pose above l := (chain W l.+1 L *m U l *m chain W k.+1 l)^T *m Omega *m (chain W 0 k)^T.
pose part l := if (l < k)%N then below l else if (k < l)%N then above l else 0.
have block l : submxblock (functional_hessian W X Y) k l *m (vec (U l))^T = (vec (part l))^T.
  rewrite /part; case: ltngtP => [lk|kl|/val_inj ->].
  - rewrite functional_block_after // -[_ *m _ *m (vec _)^T]mulmxA.
    by rewrite commutation_vec tens_vec /below !trmx_mul trmxK !mulmxA.
  - rewrite functional_block_before // -[_ *m _ *m (vec _)^T]mulmxA.
    by rewrite commutation_vec tens_vec /above !trmx_mul trmxK !mulmxA.
  - by rewrite functional_block_same mul0mx vec0 trmx0.
rewrite block_row_mul (eq_bigr _ (fun l _ => block l)) /range_f -[LHS]raddf_sum -vec_sum.
congr (vec _)^T; rewrite -(big_mkord xpredT part).
rewrite (big_cat_nat _ _ _ (leq0n k) (ltnW (ltn_ord k))) /=; congr (_ + _).
  rewrite raddf_sum mulmx_sumr; apply: eq_big_nat => l /andP[_ lk].
  by rewrite /part lk.
rewrite big_ltn // /part ltnn add0r raddf_sum !mulmx_suml.
by apply: eq_big_nat => l /andP[kl _]; rewrite kl ltnNge (ltnW kl).
Qed.
End Range.
