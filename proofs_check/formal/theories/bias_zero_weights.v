From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker form_matrix chain loss hessian kernel_equations.
From Hessproof Require Import bias bias_decoupling.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* Two layers, all weights and biases zero. With N samples and G = (x, 1) y^T the Hessian is the *)
(* form N dc.dc' - tr(G (dA dB' + dA' dB)) in the changes dB of [W_1 b_1], dA of W_2 and dc of   *)
(* b_2. So it is not singular where N is not zero in the field and G is invertible.             *)
Section ZeroWeights.
Variables (F : fieldType) (M : nat -> nat) (N : nat).
Notation aM := (augmented_widths M).
Variables (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M 2%N, N)).
Notation W0 := (fun i => 0 : 'M[F]_(M i.+1, M i)).
Notation b0 := (fun i => 0 : 'cV[F]_(M i.+1)).
Notation T := (affine W0 b0).
Notation aX := (augmented X : 'M_(aM 0%N, N)).
Notation G := (aX *m Y^T).
Notation one := (const_mx 1 : 'rV[F]_N).
Implicit Types U V : forall i, 'M[F]_(M i.+1, aM i).

(* What the last layer does to the constant outputs of the first one. *)
Lemma d_chain_zero U :
  d_chain T (embedded U) 0 2 *m aX
  = col_mx (rsubmx (U 1%N : 'M_(_, M 1 + 1)) *m one) 0 :> 'M_(M 2 + 1, N).
Proof.
rewrite d_chain_S // d_chain_S // chain_S // !chain_id !d_chain_id !mulmx1 mulmx0 addr0 mulmxDl.
have T_embedded i : T i.+1 *m embedded U i = 0.
  by rewrite /affine /embedded mul_block_col !mul0mx !mulmx0 !addr0 col_mx0.
rewrite T_embedded mul0mx addr0 -mulmxA /embedded mul_col_mx mul0mx; congr col_mx.
rewrite -{1}[U 1%N](@hsubmxK _ _ (M 1) 1) /affine /augmented mul_block_col !mul0mx !add0r mul1mx.
by rewrite mul_row_col mulmx0 add0r.
Qed.

Lemma biased_form_zero U V :
  biased_form W0 b0 X Y U V
  = \tr ((rsubmx (U 1%N : 'M_(_, M 1 + 1)) *m one)^T *m (rsubmx (V 1%N : 'M_(_, M 1 + 1)) *m one))
    - \tr (G *m (lsubmx (U 1%N : 'M_(_, M 1 + 1)) *m V 0%N
                 + lsubmx (V 1%N : 'M_(_, M 1 + 1)) *m U 0%N)).
Proof.
rewrite /biased_form /hessian_form !d_chain_zero tr_col_mx trmx0 mul_row_col mulmx0 addr0.
congr (_ + _).
have second A B :
    embedded A 1 *m embedded B 0
    = col_mx (lsubmx (A 1%N : 'M_(_, M 1 + 1)) *m B 0%N) 0 :> 'M[F]_(M 2 + 1, aM 0).
  rewrite /embedded mul_col_mx mul0mx -{1}[A 1%N](@hsubmxK _ _ (M 1) 1) mul_row_col mulmx0 addr0.
  by [].
have -> : d2_chain T (embedded U) (embedded V) 0 2
    = embedded U 1 *m embedded V 0 + embedded V 1 *m embedded U 0.
  rewrite !d2_chain_S // !d_chain_S // !d_chain_id !d2_chain_id !chain_id.
  by rewrite !(mulmx0, mulmx1, addr0).
have -> : residual aX (augmented Y : 'M_(aM 2, N)) T = col_mx (- Y) 0.
  rewrite /residual !chain_S // chain_id mulmx1 /affine mulmx_block.
  rewrite !(mul0mx, mulmx0, addr0, add0r, mulmx1).
  by rewrite /augmented mul_block_col !mul0mx !add0r mul1mx opp_col_mx add_col_mx add0r subrr.
rewrite !second add_col_mx addr0 tr_col_mx trmx0 linearN /= mul_mx_row mulmx0 mulmxN.
rewrite mul_row_col mul0mx addr0.
by rewrite mulNmx linearN.
Qed.

(* The Hessian is not singular. *)
Theorem rank_zero_weights : N%:R != 0 :> F -> row_free G -> row_full G ->
  \rank (biased_hessian W0 b0 X Y) = (M 1 * (M 0 + 1) + M 2 * (M 1 + 1))%N.
Proof.
move=> N0 /row_freeP[G' GG'] /row_fullP[G'' G''G].
have <- : (\sum_(l < 2) biased_size M l = M 1 * (M 0 + 1) + M 2 * (M 1 + 1))%N.
  by rewrite big_ord_recl big_ord1.
apply/eqP; rewrite -/(row_free _) -kermx_eq0; apply/rowV0P => u /sub_kermxP /biased_hessian_ker.
set U := biased_direction u => killed.
pose V (B : 'M[F]_(M 1, aM 0)) (A : 'M[F]_(M 2, M 1)) (c : 'cV[F]_(M 2)) i : 'M[F]_(M i.+1, aM i) :=
  match i return 'M[F]_(M i.+1, aM i) with 0%N => B | 1%N => row_mx A c | _ => 0 end.
have dc0 : rsubmx (U 1%N : 'M_(_, M 1 + 1)) = 0.
  apply: trmx_inj; rewrite trmx0; apply: trace0 => c.
  have := killed (V 0 0 c); rewrite biased_form_zero /= row_mxKl row_mxKr.
  rewrite mul0mx mulmx0 addr0 mulmx0 linear0 subr0.
  rewrite trmx_mul -mulmxA [X in X = 0 -> _]mxtrace_mulC -!mulmxA one_one.
  rewrite mul_mx_scalar -scalemxAr linearZ /=.
  by move/eqP; rewrite mulf_eq0 (negbTE N0) => /eqP.
have dA0 : lsubmx (U 1%N : 'M_(_, M 1 + 1)) = 0.
  suff GA : G *m lsubmx (U 1%N : 'M_(_, M 1 + 1)) = 0.
    by rewrite -[LHS]mul1mx -G''G -mulmxA GA mulmx0.
  apply: trace0 => B; have := killed (V B 0 0).
  rewrite biased_form_zero /= row_mxKl row_mxKr !mul0mx mulmx0 addr0 linear0 add0r mulmxA.
  by move/eqP; rewrite oppr_eq0 => /eqP.
have dB0 : U 0%N = 0.
  suff BG : U 0%N *m G = 0 by rewrite -[LHS]mulmx1 -GG' mulmxA BG mul0mx.
  apply: trace0 => A; have := killed (V 0 A 0).
  rewrite biased_form_zero /= row_mxKl row_mxKr !(mulmx0, mul0mx) add0r linear0 add0r.
  rewrite mulmxA mxtrace_mulC mulmxA.
  by move/eqP; rewrite oppr_eq0 => /eqP.
have U0 (l : 'I_2) : U l = 0.
  by case: l => -[|[|//]] lt /=; rewrite ?dB0 // -[U 1%N](@hsubmxK _ _ (M 1) 1) dA0 dc0 row_mx0.
have sub0 (l : 'I_2) : submxrow u l = 0.
  apply: unvec_inj; have := U0 l; rewrite /U biased_directionE => ->.
  by apply/matrixP => i k; rewrite !mxE.
by rewrite -[u]submxrowK (eq_mxrow sub0) mxrow0.
Qed.
End ZeroWeights.
